/**
 * Audio: speech to text and text to speech. Entry points, in reading order:
 * {@link dev.aigw.api.audio.TranscriptionRequest} and {@link dev.aigw.api.audio.TranscriptionResponse},
 * {@link dev.aigw.api.audio.SpeechRequest} and {@link dev.aigw.api.audio.SpeechResponse}.
 */
@NullMarked
package dev.aigw.api.audio;

import org.jspecify.annotations.NullMarked;
