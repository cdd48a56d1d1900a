/** A name to a folder of files: cache, downloads, tokens. */
@org.jspecify.annotations.NullMarked
module io.quoth.hub {
  requires static org.jspecify;
  requires transitive io.quoth.base;
  requires java.net.http;
}
