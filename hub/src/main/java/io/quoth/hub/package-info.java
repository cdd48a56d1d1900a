/** A name to a folder of files: cache, downloads, tokens. */
package io.quoth.hub;
