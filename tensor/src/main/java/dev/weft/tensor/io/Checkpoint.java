package dev.weft.tensor.io;

import dev.weft.tensor.DType;
import dev.weft.tensor.Kept;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The tensors of one safetensors file, or of many shards, mapped read-only: nothing is copied or
 * converted, and the system reads a page when it is first touched.
 *
 * <p>{@link #close} ends the mapping. Tensors taken before then fail with "already closed" from
 * then on. The files must not be truncated or rewritten in place while open; replacing them by
 * rename is safe.
 */
public final class Checkpoint implements AutoCloseable {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  private final Path path;
  private final Arena arena;
  private final SequencedMap<String, TensorEntry> entries = new LinkedHashMap<>();
  private final SequencedMap<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, Shard> shardOf = new HashMap<>();
  private final Map<String, Kept> kept = new ConcurrentHashMap<>();
  private long bytes;

  /** The data section of one file: {@code data} starts where the header ends. */
  private record Shard(Path file, MemorySegment data) {}

  private Checkpoint(Path path, Arena arena) {
    this.path = path;
    this.arena = arena;
  }

  /**
   * Opens a safetensors file, an index of shards ({@code *.safetensors.index.json}), or a directory
   * that holds {@code model.safetensors} or {@code model.safetensors.index.json}.
   *
   * @throws SafeTensorsException where a file breaks the format, or index and shards disagree
   * @throws IOException where a file is missing or cannot be mapped
   */
  @SuppressWarnings("MustBeClosedChecker") // the checkpoint owns the arena and closes it
  public static Checkpoint open(Path path) throws IOException {
    Path file = Files.isDirectory(path) ? inDirectory(path) : path;
    if (!Files.exists(file)) {
      throw new NoSuchFileException(
          file.toString(), null, "no such file; expected a safetensors checkpoint");
    }
    Checkpoint checkpoint = new Checkpoint(file, Arena.ofShared());
    try {
      if (file.toString().endsWith(".json")) {
        checkpoint.mapAll(ShardIndex.read(file));
      } else {
        checkpoint.map(file);
      }
      return checkpoint;
    } catch (IOException | RuntimeException | Error e) {
      checkpoint.close();
      throw e;
    }
  }

  private static Path inDirectory(Path directory) throws NoSuchFileException {
    for (String name : List.of(SINGLE, INDEX)) {
      if (Files.exists(directory.resolve(name))) {
        return directory.resolve(name);
      }
    }
    throw new NoSuchFileException(
        directory.toString(), null, "expected " + SINGLE + " or " + INDEX + ", found neither");
  }

  private void mapAll(ShardIndex index) throws IOException {
    for (String shard : new LinkedHashSet<>(index.shards().values())) {
      Path file = path.resolveSibling(shard);
      if (!Files.exists(file)) {
        throw new SafeTensorsException(path, "names shard " + shard + ", which is not beside it");
      }
      map(file);
    }
    for (Map.Entry<String, String> tensor : index.shards().entrySet()) {
      Shard shard = shardOf.get(tensor.getKey());
      if (shard == null || !shard.file().equals(path.resolveSibling(tensor.getValue()))) {
        throw new SafeTensorsException(
            path,
            SafeTensorsException.quote(tensor.getKey())
                + ": expected in "
                + tensor.getValue()
                + ", which "
                + (shard == null ? "lacks it" : "lacks it: found in " + shard.file()));
      }
    }
  }

  private void map(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      SafeTensorsHeader header = SafeTensorsHeader.read(file, channel);
      long size =
          header.dataStart()
              + header.entries().values().stream().mapToLong(TensorEntry::end).max().orElse(0);
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
      // A mapped segment is a class of its own to the JIT; this is the same memory as a plain one.
      MemorySegment plain =
          MemorySegment.ofAddress(mapped.address()).reinterpret(size, arena, null).asReadOnly();
      Shard shard = new Shard(file, plain.asSlice(header.dataStart()));
      for (TensorEntry entry : header.entries().values()) {
        Shard other = shardOf.putIfAbsent(entry.name(), shard);
        if (other != null) {
          throw new SafeTensorsException(
              file, SafeTensorsException.quote(entry.name()) + " is also in " + other.file());
        }
        entries.put(entry.name(), entry);
      }
      header.metadata().forEach(metadata::putIfAbsent);
      bytes += size - header.dataStart();
    }
  }

  /** The file that was opened: the index, where there are shards. */
  public Path path() {
    return path;
  }

  /** Names of all tensors, in the order of the headers. */
  public List<String> names() {
    return List.copyOf(entries.sequencedKeySet());
  }

  /** Whether there is a tensor of this name. */
  public boolean has(String name) {
    return entries.containsKey(name);
  }

  /** What the headers declare, by name. */
  public SequencedMap<String, TensorEntry> entries() {
    return Collections.unmodifiableSequencedMap(entries);
  }

  /** The free metadata of the file; of several shards the first that names a key. */
  public SequencedMap<String, String> metadata() {
    return Collections.unmodifiableSequencedMap(metadata);
  }

  /** Bytes of all tensors together. */
  public long bytes() {
    return bytes;
  }

  /**
   * Element type of a tensor.
   *
   * @throws SafeTensorsException where there is no such tensor, or Weft has no such type
   */
  public DType dtype(String name) throws SafeTensorsException {
    TensorEntry entry = entry(name);
    return entry
        .type()
        .dtype()
        .orElseThrow(() ->
            new SafeTensorsException(
                file(name),
                SafeTensorsException.quote(name)
                    + ": dtype "
                    + entry.type()
                    + " is not supported; expected one of "
                    + List.of(DType.values())));
  }

  /**
   * Shape of a tensor.
   *
   * @throws SafeTensorsException where there is no such tensor, or a size is beyond 2^31 - 1
   */
  public Shape shape(String name) throws SafeTensorsException {
    List<Long> sizes = entry(name).shape();
    int[] dims = new int[sizes.size()];
    for (int i = 0; i < dims.length; i++) {
      if (sizes.get(i) > Integer.MAX_VALUE) {
        throw new SafeTensorsException(
            file(name),
            SafeTensorsException.quote(name)
                + ": dim "
                + i
                + " is "
                + sizes.get(i)
                + ", expected at most "
                + Integer.MAX_VALUE);
      }
      dims[i] = Math.toIntExact(sizes.get(i));
    }
    return Shape.of(dims);
  }

  /**
   * A tensor over the mapping, in its stored type, under its name.
   *
   * @throws SafeTensorsException where there is no such tensor, or Weft cannot hold it
   * @throws IllegalStateException after {@link #close}
   */
  public Tensor tensor(String name) throws SafeTensorsException {
    TensorEntry entry = entry(name);
    DType dtype = dtype(name);
    Shape shape = shape(name);
    if (!arena.scope().isAlive()) {
      throw new IllegalStateException("checkpoint " + path + " is already closed");
    }
    MemorySegment data = shardData(name).asSlice(entry.begin(), entry.bytes());
    Kept place = kept.computeIfAbsent(name, n -> new Kept());
    return Tensor.constant(data, dtype, shape, place).named(name);
  }

  /**
   * All tensors, for the strict loader.
   *
   * @throws SafeTensorsException naming the first that Weft cannot hold
   */
  public StateDict stateDict() throws SafeTensorsException {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : entries.keySet()) {
      tensors.put(name, tensor(name));
    }
    return new StateDict(path.toString(), tensors);
  }

  /** How the tensors fit the parameters a model expects; see {@link LoadReport#orThrow}. */
  public LoadReport compare(Map<String, Shape> expected) {
    return LoadReport.of(path.toString(), expected, entries);
  }

  /** Ends the mapping; a second call does nothing. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
      kept.values().forEach(Kept::close);
    }
  }

  private Path file(String name) {
    Shard shard = shardOf.get(name);
    return shard == null ? path : shard.file();
  }

  private MemorySegment shardData(String name) throws SafeTensorsException {
    Shard shard = shardOf.get(name);
    if (shard == null) {
      throw unknown(name);
    }
    return shard.data();
  }

  private TensorEntry entry(String name) throws SafeTensorsException {
    TensorEntry entry = entries.get(name);
    if (entry == null) {
      throw unknown(name);
    }
    return entry;
  }

  private SafeTensorsException unknown(String name) {
    return new SafeTensorsException(
        path,
        SafeTensorsException.quote(name) + " is not among its " + entries.size() + " tensors");
  }
}
