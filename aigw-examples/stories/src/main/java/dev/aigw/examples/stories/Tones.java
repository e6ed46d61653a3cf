package dev.aigw.examples.stories;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

/**
 * "Speaks" ASCII texts without a voice: each letter is a different tone for a twenty-fifth of a second, in a WAV file
 * that any player plays. Goertzel's algorithm recognizes the tones.
 */
final class Tones {

    private static final float RATE = 8_000;
    private static final int SAMPLES = 320;
    private static final int FIRST = ' ';
    private static final int LAST = '~';

    private Tones() {}

    /** Returns the text as a WAV file: 16 bits, one channel. */
    static byte[] whistle(String text) {
        byte[] samples = new byte[text.length() * SAMPLES * 2];
        for (int i = 0; i < text.length() * SAMPLES; i++) {
            int letter = Math.max(FIRST, Math.min(LAST, text.charAt(i / SAMPLES)));
            int sample = (int) (12_000 * Math.sin(2 * Math.PI * pitch(letter) * (i % SAMPLES) / RATE));
            samples[2 * i] = (byte) sample;
            samples[2 * i + 1] = (byte) (sample >> 8);
        }
        AudioFormat format = new AudioFormat(RATE, 16, 1, true, false);
        ByteArrayOutputStream wav = new ByteArrayOutputStream();
        try (AudioInputStream sound =
                new AudioInputStream(new ByteArrayInputStream(samples), format, samples.length / 2)) {
            AudioSystem.write(sound, AudioFileFormat.Type.WAVE, wav);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return wav.toByteArray();
    }

    /**
     * Returns the text of such a file.
     *
     * @throws IllegalArgumentException if it is not such a file
     */
    static String hear(byte[] wav) {
        byte[] samples;
        try (AudioInputStream sound = AudioSystem.getAudioInputStream(new ByteArrayInputStream(wav))) {
            samples = sound.readAllBytes();
        } catch (UnsupportedAudioFileException e) {
            throw new IllegalArgumentException("the file is not a WAV file", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        StringBuilder text = new StringBuilder();
        for (int start = 0; start + SAMPLES <= samples.length / 2; start += SAMPLES) {
            int loudest = FIRST;
            for (int letter = FIRST; letter <= LAST; letter++) {
                if (loudness(samples, start, letter) > loudness(samples, start, loudest)) {
                    loudest = letter;
                }
            }
            text.append((char) loudest);
        }
        return text.toString();
    }

    private static double pitch(int letter) {
        return 500 + 30.0 * (letter - FIRST);
    }

    private static double loudness(byte[] samples, int start, int letter) {
        double turn = 2 * Math.cos(2 * Math.PI * pitch(letter) / RATE);
        double before = 0;
        double now = 0;
        for (int i = start; i < start + SAMPLES; i++) {
            int sample = (samples[2 * i] & 0xff) | (samples[2 * i + 1] << 8);
            double next = sample + turn * now - before;
            before = now;
            now = next;
        }
        return now * now + before * before - turn * now * before;
    }
}
