// What the view of a network's layers (layers/) is sent: ganlab.ui.layers.frames.frame makes this.

interface LayerGlance {
  name: string;
  /** The shape of what it gives. */
  words: string;
  /** How many maps, their rows and columns; of numbers [1, 1, n]. */
  glance: [number, number, number];
  maps: boolean;
}

interface Sliding {
  stride: number;
  /** Rows and columns of zeros before the first ones of the input. */
  before: [number, number];
}

interface Kernel {
  bias: number;
  activation: string;
  /** Of a convolution that slides over the input itself. */
  sliding?: Sliding;
  /** Rows, columns, slices. */
  shape: [number, number, number];
  /** Which channels of its input they are for, of how many. */
  slices: number[];
  of: number;
}

interface Spread {
  low: number;
  high: number;
  mean: number;
  deviation: number;
}

interface LayersAnswer {
  names: string[];
  /** With nothing covered. */
  first: number[];
  /** Pixels of the patch; 0 is none. */
  cover: number;
  covers: number[];
}

interface LayersHead {
  view: string;
  takes: "image" | "latents";
  given: string;
  taken: number[];
  range: [number, number];
  layers: LayerGlance[];
  layer: number;
  unit: number;
  /** Of what the layer gives: [rows, columns, units] or [units]. */
  shape: number[];
  shown: number;
  about: string;
  dead: string;
  /** The range of the layer over many inputs. */
  overall: [number, number] | null;
  inputs: string;
  kernel: Kernel | null;
  top: { number: number; value: number }[];
  spread: { before: Spread; after: Spread; inputs: number } | null;
  answer: LayersAnswer | null;
}

interface LayersArrays {
  glances: Uint8Array;
  taken: Float32Array;
  image?: Uint8Array;
  /** What a network that draws makes of it. */
  drawn?: Uint8Array;
  /** [rows, columns, shown] or [shown]. */
  values: Float32Array;
  /** [slices, rows, columns]. */
  kernel?: Float32Array;
  top?: Uint8Array;
  before?: Int32Array;
  after?: Int32Array;
  /** The answer with the patch at each place, row after row, [places, names]. */
  covered?: Float32Array;
}

/** What the person looks at, as the server is asked for it. */
interface LayersAsked {
  layer: string;
  unit: number;
  cover: number;
  /** Another input; -1 is the same. */
  number: number;
}
