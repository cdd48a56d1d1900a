/**
 * What tests of several rooms share: where test data lies ({@link io.quoth.testkit.TestData}), a
 * reader of golden tensors that owes nothing to the code under test ({@link
 * io.quoth.testkit.GoldenTensors}), seeded damage to files ({@link io.quoth.testkit.Corrupter}),
 * and a count of what is allocated ({@link io.quoth.testkit.Allocations}).
 */
package io.quoth.testkit;
