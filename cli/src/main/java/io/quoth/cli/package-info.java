/** The command. */
package io.quoth.cli;
