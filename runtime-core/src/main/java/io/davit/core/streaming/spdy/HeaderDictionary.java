package io.davit.core.streaming.spdy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.Adler32;

/** The text both sides have in mind when they compress header blocks (SPDY draft, section 2.6.10.1). */
final class HeaderDictionary {
    /** Each has its length before it, as in a header block. */
    private static final String WORDS = """
            options|head|post|put|delete|trace|accept|accept-charset|accept-encoding|accept-language|accept-ranges|age|\
            allow|authorization|cache-control|connection|content-base|content-encoding|content-language|content-length|\
            content-location|content-md5|content-range|content-type|date|etag|expect|expires|from|host|if-match|\
            if-modified-since|if-none-match|if-range|if-unmodified-since|last-modified|location|max-forwards|pragma|\
            proxy-authenticate|proxy-authorization|range|referer|retry-after|server|te|trailer|transfer-encoding|\
            upgrade|user-agent|vary|via|warning|www-authenticate|method|get|status|200 OK|version|HTTP/1.1|url|\
            public|set-cookie|keep-alive|origin""";

    private static final String TAIL = """
            100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505\
            203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized\
            403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented503 Service Unavailable\
            Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT\
            chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,\
            text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.""";

    private static final byte[] BYTES = assemble();
    private static final int CHECKSUM = checksum(BYTES);

    private HeaderDictionary() {}

    static byte[] bytes() {
        return BYTES.clone();
    }

    /** How zlib names it. */
    static int id() {
        return CHECKSUM;
    }

    private static byte[] assemble() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String word : WORDS.split("\\|", -1)) {
            all.writeBytes(
                    ByteBuffer.allocate(Integer.BYTES).putInt(word.length()).array());
            all.writeBytes(word.getBytes(StandardCharsets.US_ASCII));
        }
        all.writeBytes(TAIL.getBytes(StandardCharsets.US_ASCII));
        return all.toByteArray();
    }

    private static int checksum(byte[] bytes) {
        Adler32 adler = new Adler32();
        adler.update(bytes);
        return (int) adler.getValue();
    }
}
