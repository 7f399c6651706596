// What the bar of a class is given, tells the server, and is answered.

/** What is looked at in a run: an iteration, null is the latest; of the Lab, the layers that are shown, too. */
interface ClassLook {
  run: string;
  at: number | null;
  layers?: LabLayer[];
}

/** What the host of a class shows, as ganlab.ui.shared.class_state.Place has it. */
interface ClassPlace {
  path: string;
  search: string;
  look: ClassLook | null;
}

/** What the bar of a class is given: who has the page, the app's own path, and where the server is told and asked. */
interface ClassAbout {
  host: boolean;
  root: string;
  door: string;
}

/** What the server answers, as ganlab.ui.shared.class_gate tells it. */
interface ClassAnswer {
  version: number;
  gathered: number;
  place: ClassPlace | null;
  /** To hosts. */
  guests?: number;
}

interface ClassLine {
  version: string;
  place: ClassPlace | null;
  guests: number;
  /** Where the host was followed to last; of a host, what it told last. */
  last: string | null;
  /** The path of the page that is shown, unless somebody leaves it. */
  page: string;
  asking: boolean;
  timer?: ReturnType<typeof setTimeout>;
  /** The bar that is on the page now. */
  bar?: { ask(): Promise<void>; hear(answer: ClassAnswer): void };
}

interface Window {
  /** What the bar of a class remembers from one page to the next. */
  ganlabClass?: ClassLine;
  /** What the host of a class looks at in a run, where this guest follows. */
  ganlabFollowed?: ClassLook;
}
