package dev.weft.cli;

import java.util.List;
import java.util.Map;

/** What {@code weft inspect --text} shows. */
sealed interface InspectionView permits AttentionView, ActivationsView, LensView {
  /** For programs. */
  Map<String, Object> json();

  /** For people. */
  List<String> lines();
}
