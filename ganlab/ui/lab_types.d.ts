// The Lab, where the data are points in the plane (lab/)

type LabLayer = "heat" | "grid" | "trails" | "arrows" | "real" | "generated";

type LabFigure = "gan" | "vae";

interface LabPlot extends Partial<Record<"smoothing" | "unit" | "half" | "whole", boolean>> {
  title: string;
  caption?: string;
  curves: Curve[];
}

interface LabAbout {
  run: string;
  /** How many points the discriminator judges at once. */
  packing: number;
  title: string;
  /** Half the side of the square that is shown. */
  extent: number;
  /** Values of the heat map, across and up. The outermost ones are those at the edge of the square. */
  heat: number;
  /** Nodes of the generator's grid, across and up. */
  grid: number;
  /** Points of a moment. */
  n: number;
  /** Whether the sigmoid of what the discriminator puts out is P(real); else that is a score without a scale. */
  probability: boolean;
  /** Which networks it has: a GAN's two, or an encoder and a decoder. */
  figure: LabFigure;
  /** Help for layers, by their names, and "noise" and "losses", in place of what the view says itself. */
  words: Record<string, string>;
  curves: LabPlot[];
  /** Those that are shown at first. */
  layers: LabLayer[];
  /** The iteration that is looked at first; null is the latest. */
  at: number | null;
  /** Whether it is to be replayed at once, which it is not where motion is unwanted. */
  replay: boolean;
  /** Layers and controls to leave out: "layers", "zoom", "time", "replay", "curves", "flow", "png", "gif", "turns". */
  hide: string[];
  /** Whether there are real points. */
  reals: boolean;
  /** Which of two views beside each other it is, "left" or "right"; "" where it is alone. */
  place: "" | "left" | "right";
}

/** What one of two views tells the other. */
interface LabLook {
  /** The run that the teller shows. */
  run: string;
  /** The iteration looked at; null is the latest. */
  at: number | null;
  layers: LabLayer[];
}

/** A knob that was turned. */
interface LabTurn {
  iteration: number;
  name: string;
  value: number | string;
  words: string;
}

interface LabHead extends Poll {
  run: string;
  done: number;
  columns: string[];
  turns?: LabTurn[];
  /** All moments up to this iteration have been sent, and those that are here are right behind it; not there in an answer to a range. */
  from?: number;
  /** What was asked for. */
  range?: Ends;
  window?: Ends;
  gif?: Ends;
}

/** Places are 16 bits each, as plane_scale.js reads them. */
interface LabArrays
  extends Partial<Record<"iterations" | "moments" | "exact", Int32Array>>,
    Partial<Record<"rows" | "heat_range" | "arrow_range", Float32Array>>,
    Partial<Record<"reals" | "points" | "nodes" | "exact_points", Uint16Array>>,
    Partial<Record<"heat" | "arrows" | "gif", Uint8Array>> {}

/** What the Lab asks for. */
interface LabQuestion {
  run: string;
  /** Whether the real points are here. */
  reals: boolean;
  /** Iterations of which moments are wanted. */
  range?: Ends;
  /** Iterations of which all points are wanted. */
  exact?: Ends;
  /** Iterations whose curves are seen closely. */
  window?: Ends;
  /** Iterations to draw as a moving picture. */
  gif?: Ends;
  /** For the address: the layers that are shown, and the iteration that is looked at; null is the latest. */
  layers: string[];
  at: number | null;
}

// Slow motion and the networks' units in the Lab (lab/slow_motion.py, lab/networks.py)

/** A stage of an iteration. Its arrays are `slow/N/name`: float32, in units of the plane. */
interface LabStage {
  name: string;
  network: "" | "generator" | "discriminator" | "encoder" | "decoder";
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
