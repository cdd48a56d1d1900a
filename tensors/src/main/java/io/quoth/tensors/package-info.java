/**
 * What numbers are. A {@link io.quoth.tensors.Tensor} is a shape, a {@link io.quoth.tensors.DType}
 * and bytes that lie in a file or in memory; {@link io.quoth.tensors.Weights} is a directory of
 * them by the names of the reference library, whatever the file format. Start at {@code Weights}.
 */
package io.quoth.tensors;
