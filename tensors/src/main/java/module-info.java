/**
 * What numbers are: element types, tensors over mapped memory, directories of weights, file
 * formats.
 */
@org.jspecify.annotations.NullMarked
module io.quoth.tensors {
  requires static org.jspecify;
  requires transitive io.quoth.base;

  exports io.quoth.tensors;
}
