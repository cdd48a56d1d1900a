/**
 * Arithmetic and its storage. {@link io.quoth.kernels.Ops} holds the verbs in which families are
 * written; {@link io.quoth.kernels.Batch} is what they work on. Start at {@code Ops}, then read a
 * family in the room {@code models}.
 */
package io.quoth.kernels;
