/** A name to a folder of files: cache, downloads, tokens. */
@org.jspecify.annotations.NullMarked
module io.quoth.hub {
  requires static org.jspecify;
  requires transitive io.quoth.base;

  exports io.quoth.hub;

  provides io.quoth.base.ModelSource with
      io.quoth.hub.HubSource;
}
