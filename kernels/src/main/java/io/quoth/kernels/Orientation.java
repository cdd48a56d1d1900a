package io.quoth.kernels;

/** How the weight of a linear layer is stored. */
public enum Orientation {
  /** A row an output: torch.nn.Linear, nearly all models. */
  OUT_IN,
  /** A row an input: GPT-2's Conv1D. */
  IN_OUT
}
