package dev.weft.bench;

import java.util.List;
import java.util.SortedMap;

/**
 * What a benchmark measured, and where; see {@link ResultJson}.
 *
 * @param name the benchmark's
 * @param machine the processor, its widest vectors and the memory
 * @param cores processors the JVM may use
 * @param jdk name and version of the JDK
 * @param commit the commit it ran on, with {@code -dirty} where files differ from it
 * @param command what to type to repeat it
 * @param date when it ended, ISO 8601
 * @param peakGflops measured rate of fused multiply-adds, by number of threads
 * @param readGbps measured rate of reading memory, by number of threads
 * @param rows the comparisons
 * @param notes what a reader must know beside the numbers: how a case is made up, why a target is
 *     missed
 */
public record Result(
    String name,
    String machine,
    int cores,
    String jdk,
    String commit,
    String command,
    String date,
    SortedMap<Integer, Double> peakGflops,
    SortedMap<Integer, Double> readGbps,
    List<Row> rows,
    List<String> notes) {}
