// Slow motion and the networks' units in the Lab (lab/slow_motion.py, lab/networks.py)

/** A stage of an iteration. Its arrays are `slow/N/name`: float32, in units of the plane. */
interface LabStage {
  name: string;
  network: "" | "generator" | "discriminator";
  title: string;
  words: string;
  /** In which of how many updates of that network; 0 of 0 is in none. */
  update: [number: number, count: number];
  layers: LabLayer[];
  /** Boxes of the diagram, by their part. */
  lit: string[];
  /** Values of curves that this stage has found. */
  curves: Record<string, number | null>;
  /** How long gradients or changes are, by layer. */
  norms: [layer: string, length: number | null][];
}

interface LabSlow {
  /** Which stages these are; "" while there are none. */
  token: string;
  iteration?: number;
  /** Why there are no stages. */
  words?: string;
  note?: string;
  /** Not there where the view has them. */
  stages?: LabStage[];
}

interface LabHead {
  slow?: LabSlow;
}

interface LabArrays {
  [stage: `slow/${number}/${string}`]: Float32Array | undefined;
}

interface LabQuestion {
  /** The token of the stages that are here. */
  slow?: string;
}

/** Units of a layer: those that are shown, of so many. */
interface LayerUnits {
  name: string;
  shown: number;
  count: number;
}

interface NetworkUnits {
  name: string;
  title: string;
  /** "plane", or "noise": the first two numbers of it. */
  over: string;
  reach: number;
  layers: LayerUnits[];
}

interface NetworksHead {
  run: string;
  side: number;
  networks: NetworkUnits[];
}

/** 128 of a value is 0, 255 the largest that the unit has, or 1 its negative; `most` is that, for each unit in order. */
interface NetworksArrays {
  values: Uint8Array;
  most: Float32Array;
  lowest: Float32Array;
  highest: Float32Array;
}
