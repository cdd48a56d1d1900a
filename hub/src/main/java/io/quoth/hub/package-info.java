/**
 * A name to a folder of files. {@link io.quoth.hub.Hub} is the door: it finds a model in the cache
 * that Python's tools use too, fetches what is missing, checks every byte, and answers the
 * questions around that (list, remove, plan, info, export, import).
 *
 * <p>Read on in this order: {@link io.quoth.hub.ModelName} (what a name is), {@code Cache} (where
 * files lie), {@code HubApi} (what the server says), {@code BlobDownload} (how one file arrives),
 * {@code HubFolder} (what a load sees). {@code Http} is the only class that opens a socket.
 */
package io.quoth.hub;
