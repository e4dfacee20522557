package io.davit.core.streaming;

import io.netty.handler.codec.http.HttpRequest;
import java.util.Arrays;
import java.util.List;

/** The items of a header that may occur several times and hold several items, divided by commas, each time. */
final class HeaderList {
    private HeaderList() {}

    static List<String> of(HttpRequest request, CharSequence header) {
        return request.headers().getAll(header).stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    static boolean contains(HttpRequest request, CharSequence header, String item) {
        return of(request, header).stream().anyMatch(item::equalsIgnoreCase);
    }
}
