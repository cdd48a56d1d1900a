package io.quoth.tokenizers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScratchPoolTest {
  /** Threads whose numbers are equal in their last bits used to make new arrays again and again. */
  @Test
  void twoThatLookInOnePlaceFirstBothKeepTheirs() {
    var pool = new ScratchPool();
    Scratch one = pool.take();
    Scratch two = pool.take();
    assertThat(one).isNotSameAs(two);
    for (int i = 0; i < 10; i++) {
      pool.give(one);
      pool.give(two);
      assertThat(new Scratch[] {pool.take(), pool.take()}).containsExactlyInAnyOrder(one, two);
    }
  }

  @Test
  void anotherThreadTakesWhatIsFree() throws InterruptedException {
    var pool = new ScratchPool();
    Scratch one = pool.take();
    pool.give(one);
    var taken = new Scratch[20];
    for (int i = 0; i < taken.length; i++) {
      int place = i;
      Thread.ofPlatform()
          .start(() -> {
            taken[place] = pool.take();
            pool.give(taken[place]);
          })
          .join();
    }
    assertThat(taken).containsOnly(one);
  }

  @Test
  void noMoreThanItHasRoomForAreKept() {
    var pool = new ScratchPool();
    var first = new java.util.HashSet<Scratch>();
    for (int i = 0; i < 40; i++) {
      first.add(pool.take());
    }
    first.forEach(pool::give);
    int known = 0;
    for (int i = 0; i < 40; i++) {
      known += first.contains(pool.take()) ? 1 : 0;
    }
    assertThat(known).isEqualTo(16);
  }
}
