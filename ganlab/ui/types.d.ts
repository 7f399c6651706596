// What scripts share: what Streamlit hands to them, what they are sent, and what they tell each other.

/** What Streamlit calls the script of a piece with. */
interface Piece<Data = unknown> {
  data: Data;
  parentElement: ParentNode;
  setStateValue(name: string, value: unknown): void;
  /** As a click: it is over when Python has seen it. */
  setTriggerValue(name: string, value: unknown): void;
}

/** The element that a selector finds, by the tag that it begins with, as in "input", "canvas#pad" or "button.pen". */
type Found<Selector extends string> = Selector extends
  | `${infer Tag extends keyof HTMLElementTagNameMap}${"#" | "."}${string}`
  | (infer Tag extends keyof HTMLElementTagNameMap)
  ? HTMLElementTagNameMap[Tag]
  : HTMLElement;

type Find = <Selector extends string>(selector: Selector) => Found<Selector>;

/** Two iterations, or the ends of an axis. */
type Ends = [first: number, last: number];

/** Numbers as they come in a frame. */
type Numbers = Float32Array | Int32Array | Uint8Array | Uint16Array;

/** A value of a curve; null where there is none. */
type Values = (number | null)[];

/** ganlab.ui.shared.theme.PALETTE: colours of the maps. */
interface Palette {
  ground: string;
  lines: string;
  classes: string[];
  mark: string;
}

interface Window {
  /** The page that is shown. */
  ganlabPage?: string;
  /** Between the feeds, the live view or the Lab's views, and the metrics of one page. */
  ganlabLine?: {
    /** By run: asks the server. */
    asks: Record<string, (question: Question | LabQuestion) => void>;
    /** By run: the last frame. */
    frames: Record<string, Uint8Array>;
    look?: ClassLook;
  };
  /** What the planes of one page and of one section after the other remember. */
  ganlabPlane?: {
    /** By model, where its marker was when another section came. */
    left: Map<string, Record<string, string>>;
    /** By model, which mark the address had. */
    marks: Map<string, string>;
  };
  /** Tells the server which test image was clicked. */
  ganlabPick?: (number: number) => void;
  /** How many times somebody has asked for the Train form. */
  ganlabAsked?: number;
}

// The live view (train/): curve_plots.about, run_view._head and frames.frame make these

/** What the view asks for. */
interface Question extends Pick<FrameHead, "run" | "window" | "at" | "sheet"> {
  reals: boolean;
}

interface Panel {
  title: string;
  words: string;
  columns: number;
  count: number;
}

/** A line of a chart; its colour is one, or the name of a CSS variable. */
interface Curve {
  name: string;
  title: string;
  help: string;
  colour: string;
  dash: number;
}

interface PlotAbout extends Partial<Record<"smoothing" | "unit" | "half" | "settles" | "judged", boolean>> {
  title: string;
  caption: string;
  more: string;
  curves: Curve[];
}

interface LiveAbout {
  run: string;
  title: string;
  panels: Panel[];
  real: Omit<Panel, "count">;
  made: string;
  places: "plane" | "read" | "repaired" | null;
  read: { title: string; words: string } | null;
  classes: string[];
  plots: PlotAbout[];
  scatter: [Curve, Curve] | null;
  palette: Palette;
}

/** What changes with every poll, apart from curves and images. */
interface Poll {
  state: string;
  stateWords: string;
  words: string;
  live: boolean;
  iteration: number;
  total: number;
  seconds: number;
  speed: number;
}

interface FrameHead extends Poll {
  run: string;
  done: number;
  columns: string[];
  /** After which iterations knobs were turned. */
  turns?: number[];
  /** Of which iterations the sheet is that was asked for; such a frame has nothing else. */
  sheet?: Ends;
  window?: Ends;
  /** The first iteration of the strip. */
  strip?: number;
  at?: number;
  /** After which iteration the preview was drawn that is nearest to `at`. */
  kept?: number;
  preview?: number;
  validation?: string[];
  quality?: string[];
  measurements?: number;
  measuring?: Measuring;
}

/** How a run's samples are measured. */
interface Measuring {
  extractor?: string | null;
  samples?: number;
  searched?: number;
  classes?: number[];
}

interface SheetArrays {
  sheet: Uint8Array;
  sheet_iterations: Int32Array;
}

/** Images, and values in rows over iterations; what is not always there depends on the model and the question. */
interface CurveArrays
  extends Partial<Record<"reals" | "labels" | "kept" | "preview", Uint8Array>>,
    Partial<Record<"places" | "validation" | "quality", Float32Array>>,
    Partial<Record<"validated" | "measured", Int32Array>> {
  iterations: Int32Array;
  rows: Float32Array;
  strip: Uint8Array;
}

type Without<Arrays> = { [Name in keyof Arrays]?: undefined };
type FrameArrays = (SheetArrays & Without<CurveArrays>) | (CurveArrays & Without<SheetArrays>);

// The metrics (train/metrics_panel.py)

interface MetricLine {
  name: string;
  title: string;
  role: string;
  /** The name of the same metric of real images. */
  beside?: string | null;
}

interface MetricChart {
  title: string;
  help: string;
  share: boolean;
  lines: MetricLine[];
}

interface MetricsAbout {
  run: string;
  classes: string[];
  charts: MetricChart[];
  main: string[][];
  shares: { title: string; help: string };
  what: string;
  waiting: string;
  none: string;
}

// The latent plane (latent/plane.py, latent/slices.py)

type Basis = "numbers" | "directions";
type Activation = "linear" | "relu" | "gelu" | "sigmoid";

/** A layer as AutoencoderRun.decoder_layers describes it; kernel and bias are names of arrays. */
interface Layer {
  kind: "dense" | "waves" | "activation" | "convolution" | "transposed";
  activation?: Activation;
  k?: number;
  side?: number;
  stride?: number;
  kernel?: string;
  /** Of each output, where the kernel has 8 bits. */
  scales?: string;
  bias?: string;
}

interface SliceAbout {
  reaches: Record<Basis, number[]>;
  shares: Record<Basis, number[]>;
  first: [number, number];
  typical: number[];
}

interface PlaneHead {
  model: string;
  run: string;
  layers: Layer[];
  size: number;
  /** Of pads that move together; else "". */
  group: string;
  reach: number;
  classes: string[];
  /** Of the test images on the map, in their data set. */
  numbers: number[];
  palette: Palette;
  slice?: SliceAbout;
}

/** And those of the decoder's layers, by the names that the layers give. */
interface PlaneArrays {
  places: Float32Array;
  labels: Uint8Array;
  images?: Uint8Array;
  directions?: Float32Array;
  typical?: Float32Array;
  [layer: string]: Numbers | undefined;
}

// Samples beside each other (shared/sample_grids.py)

interface Grid {
  title: string;
  colour: string;
  dash: string;
  words: string;
  count: number;
  columns: number;
  iterations: number[];
  seconds: number[];
}

interface GridsHead {
  by: "iterations" | "seconds";
  stops: number[];
  grids: Grid[];
}

/** ganlab.ui.shared.canvas.draw: a paper, its tools, and what was drawn on it. */
interface DrawingAbout {
  /** The key of streamlit-drawable-canvas, which draws. */
  canvas: string;
  key: string;
  /** Where the browser keeps the strokes. */
  place: string;
  width: number;
  height: number;
  label: string;
  light: boolean;
  marks: boolean;
  tool: { erases: boolean; width: number };
  /** Which of all papers it is, over sessions. */
  token: string;
  /** The number of the last step that Python has done. */
  answered: number;
  /** What the canvas's greatest height is above that number. */
  far: number;
  undo: boolean;
  redo: boolean;
  /** As the canvas sends them; null before anything was done in this session. */
  strokes: unknown[] | null;
  /** How many of them the canvas was given. */
  begun: number;
  /** Whether Python has no picture of them. */
  unseen: boolean;
}

/** What the tools ask Python for. */
interface DrawingAsked {
  /** Of the paper that is asked. */
  token: string;
  steps: [number: number, step: string, ...about: unknown[]][];
  erases: boolean;
  width: number;
}

// A photograph of numbers (repair/photograph.py)

/** A digit; its box is left, top, right and bottom in pixels of the photograph, its line counts from 0. */
interface PhotographBox {
  box: [left: number, top: number, right: number, bottom: number];
  line: number;
  text: string;
  label: string;
  look: "" | "unsure" | "typed";
}

interface PhotographAbout {
  /** A JPEG file in base64, and its size in pixels. */
  picture: string;
  width: number;
  height: number;
  /** In reading order. */
  boxes: PhotographBox[];
  /** Which of them is shown closely. */
  chosen: number;
}

/** Which digit was chosen, or typed over. */
interface PhotographAsked {
  digit: number;
  write?: string;
}

// Slow motion of models of images (train/): slow_motion.payload makes these.

interface SlowlySheet {
  kind: "reals" | "damaged" | "fakes";
  title: string;
  /** How many images the stage has, of which the first ones are shown. */
  count: number;
  /** Names of arrays: the images, what the discriminator says of each, what each pixel is pulled to, and how much. */
  images: string;
  given?: string;
  pull?: string;
  most?: string;
  /** What a classifier reads, and whether that is wrong. */
  words?: string[];
  wrong?: boolean[];
}

interface SlowlyStage {
  title: string;
  caption: string;
  name: string;
  network: string;
  update: [one: number, all: number];
  /** Boxes of the figure. */
  lit: string[];
  /** The line of the pseudo-code, or -1. */
  line: number;
  norms: [layer: string, length: number | null, size: number | null][];
  figures: Record<string, number | null>;
  sheets: SlowlySheet[];
  numbers: { title: string; columns: number; values: string }[];
}

interface SlowlyHead {
  token: string;
  iteration: number;
  notes: string[];
  figure: string[][];
  boxes: Record<string, string>;
  algorithm: string[];
  /** Whether the discriminator gives scores without a scale in place of P(real). */
  scores: boolean;
  stages: SlowlyStage[];
}
