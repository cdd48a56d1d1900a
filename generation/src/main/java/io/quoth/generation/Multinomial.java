package io.quoth.generation;

/** See {@link Sampler#multinomial}. */
record Multinomial(SplitMix64 random) implements Sampler {
  @Override
  public int sample(Candidates candidates) {
    candidates.normalize();
    double goal = random.nextDouble() * candidates.weightSum();
    double sum = 0;
    int last = -1;
    for (int i = 0; i < candidates.size(); i++) {
      int id = candidates.id(i);
      double weight = candidates.weight(id);
      if (weight > 0) {
        last = id;
        sum += weight;
        if (sum > goal) {
          break;
        }
      }
    }
    return last;
  }
}
