/**
 * Text to token ids and back, as the Rust library {@code tokenizers} 0.23.2 does it for the same
 * {@code tokenizer.json}, and as transformers 5.18 does it for the files older than that.
 *
 * <p><b>Here:</b> every component of a tokenizer.json. A sealed interface for each kind ({@link
 * dev.weft.models.tokenizer.Normalizer}, {@link dev.weft.models.tokenizer.PreTokenizer}, {@link
 * dev.weft.models.tokenizer.Model}, {@link dev.weft.models.tokenizer.Decoder}) with its variants as
 * records, and a reader ({@link dev.weft.models.tokenizer.NormalizerJson} and its like); a new
 * variant is a record and a line in the reader. All post-processors come to one record, {@link
 * dev.weft.models.tokenizer.PostProcessor}. A {@code vocab.txt} is read by {@link
 * dev.weft.models.tokenizer.VocabTxt}, {@code vocab.json} with {@code merges.txt} by {@link
 * dev.weft.models.tokenizer.ByteLevelFiles}, a SentencePiece model by {@link
 * dev.weft.models.tokenizer.SentencePieceClasses}. <b>Not here:</b> training; texts split
 * beforehand; the overflowing parts of a text that is cut; chat templates, for a {@code
 * chat_template} is a Jinja program, and one that is run nearly as Python runs it feeds a model
 * what it was not trained on.
 *
 * <p><b>Start reading</b> at {@link dev.weft.models.tokenizer.Tokenizer}, then {@link
 * dev.weft.models.tokenizer.Pipeline} and {@link dev.weft.models.tokenizer.EncodingLayout}. Any
 * package may import its public types.
 *
 * <p><b>Decisions.</b>
 *
 * <ul>
 *   <li>Character classes and mappings come from {@code unicode.txt}, read off the Rust library for
 *       every code point, and not from the JDK. The library follows Unicode 8 in BERT's classes, 9
 *       in normalisation and its compiler's version elsewhere; the JDK follows its release. JDK 25
 *       (Unicode 16) answers otherwise for 457 non-spacing marks, 142 punctuation marks, 20 format
 *       characters, 28 lower-case forms, 21 canonical and 191 compatibility decompositions, and its
 *       answers, so our ids, would change with the release.
 *   <li>Everything works on code points with, for each, the range of the original it came from. The
 *       public offsets are indices of {@code String.charAt}; code point offsets, what Python shows,
 *       stand beside them.
 *   <li>Half a surrogate pair, which UTF-8 cannot hold, is U+FFFD, one code point and one char.
 *       BERT's clean_text drops it.
 *   <li>Vocabularies are tries of code points in one hash table: no substring is made, and longest
 *       match walks each word once where the Rust library tries every prefix.
 *   <li>Stricter than the Rust library, which warns, picks at random or fails later: added tokens
 *       whose id is not what they would get, two tokens with one id, an unk_token that is not in
 *       the vocabulary (of BPE, where a text needs it), unknown keys, ids without a token in {@code
 *       decode}, a limit smaller than the special tokens.
 *   <li>Padding in a file is a habit of its author and not part of the model: it is shown, and
 *       applied only on request. So is truncation a setting of each call.
 *   <li>Regular expressions are run by a matcher of our own ({@link
 *       dev.weft.models.tokenizer.Regex}). java.util.regex differs from Oniguruma in syntax and
 *       Unicode version, overflows the stack on long texts, and is slower on classes of many
 *       ranges; ours splits several times faster than the Rust library does with Oniguruma.
 *   <li>Files are not trusted: nesting, stages, template parts, padding, the length of added tokens
 *       and the size of regular expressions have limits, a text may grow 64-fold and no more, and a
 *       search stops with an error after 100 million steps.
 *   <li>A text that will be cut is tokenized only as far as is kept, word by word, as in the Rust
 *       library; with truncation from the left, words are counted from the first that was.
 *   <li>Where the Rust library panics we go on: a Strip decoder on a token shorter than what it
 *       strips, a normaliser behind one that inserted text at the very start. Where a template lays
 *       a text out twice, or a second processor follows BERT's or RoBERTa's, its sequence ids are
 *       those of the last place or of special tokens too; ours are those of the texts.
 *   <li>Pieces of text are cached, in a table of fixed size without locks ({@link
 *       dev.weft.models.tokenizer.PieceCache}); Llama's text, which is one piece, is cut before
 *       every {@code ▁} that no merge reaches across, so its words are found there too. In
 *       processor time of one thread, encoding with offsets, prose and titles: 7 to 9 times the
 *       Rust library's speed on GPT-2's files, 7 to 8 on T5's, 4 to 6 on Llama's.
 *   <li>A SentencePiece model or a vocab.json is what the class makes of it that
 *       tokenizer_config.json or config.json names; the classes differ in blanks, normalisation and
 *       first ids. Where no class is named the file's name tells ({@link
 *       dev.weft.models.tokenizer.TokenizerClass}). One difference from transformers, whose
 *       AutoTokenizer gives a tokenizer.model without a class no blank before the text although the
 *       model says so: here it is Llama's if it is BPE with byte fallback and a dummy prefix.
 *   <li>Graphemes come from {@code graphemes.txt}, read off the Rust library through a charsmap
 *       that counts clusters; the JDK's would change with the release.
 * </ul>
 */
@NullMarked
package dev.weft.models.tokenizer;

import org.jspecify.annotations.NullMarked;
