package dev.aigw.routing.access;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads the end of a file of lines. */
final class AuditTail {

    private static final int BLOCK = 8_192;

    private AuditTail() {}

    /** Returns whether the file does not end with the end of a line. */
    static boolean isCutOff(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            return size > 0 && read(channel, size - 1, 1)[0] != '\n';
        }
    }

    /** Returns the last line without its end; null if the file is empty. */
    static byte @Nullable [] lastLine(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            int length = 0;
            while (length < size) {
                length = (int) Math.min(size, Math.max(BLOCK, length * 2L));
                byte[] tail = read(channel, size - length, length);
                int end = tail[length - 1] == '\n' ? length - 1 : length;
                int start = end;
                while (start > 0 && tail[start - 1] != '\n') {
                    start--;
                }
                if (start > 0 || length == size) {
                    return Arrays.copyOfRange(tail, start, end);
                }
            }
            return null;
        }
    }

    private static byte[] read(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw new IOException("the file became shorter while it was read");
            }
        }
        return bytes.array();
    }
}
