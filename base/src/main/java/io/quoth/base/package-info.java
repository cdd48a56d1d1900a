/**
 * The ground floor. {@link io.quoth.base.QuothException} and its few subtypes are all that Quoth
 * throws; {@link io.quoth.base.Json} reads configurations with the place of every error; {@link
 * io.quoth.base.ModelFolder} is a folder of model files wherever it lies (disk, jar, Hub), and
 * {@link io.quoth.base.ModelSource} turns a name into one. Start at {@code ModelSource.resolve}.
 */
package io.quoth.base;
