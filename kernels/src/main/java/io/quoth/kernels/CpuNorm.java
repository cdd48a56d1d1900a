package io.quoth.kernels;

import org.jspecify.annotations.Nullable;

/** The parameters of a normalisation as plain numbers. */
record CpuNorm(int features, float @Nullable [] weight, float @Nullable [] bias, double epsilon)
    implements Norm {}
