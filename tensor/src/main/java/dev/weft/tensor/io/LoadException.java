package dev.weft.tensor.io;

import java.io.IOException;

/** Tensors do not fit the model they are loaded into; {@link #report} says in what. */
public final class LoadException extends IOException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // the report is for the handler in this process
  private final LoadReport report;

  LoadException(LoadReport report) {
    super(report.toString());
    this.report = report;
  }

  /** Everything that is wrong; the message shows the first of each kind. */
  public LoadReport report() {
    return report;
  }
}
