package io.davit.core.store;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.davit.core.domain.Mount;
import io.davit.core.domain.RunAs;
import io.davit.core.domain.SecurityProfile;
import io.davit.core.machine.ContainerState;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** How records look as JSON: components by name, sealed types with a "kind". */
final class RecordJson {
    private static final List<Class<?>> SEALED =
            List.of(SecurityProfile.class, RunAs.class, Mount.Source.class, ContainerState.class);

    private RecordJson() {}

    static JsonMapper mapper() {
        JsonMapper.Builder builder = JsonMapper.builder()
                .changeDefaultVisibility(visibility -> visibility
                        .withGetterVisibility(JsonAutoDetect.Visibility.NONE)
                        .withIsGetterVisibility(JsonAutoDetect.Visibility.NONE)
                        .withFieldVisibility(JsonAutoDetect.Visibility.ANY));
        for (Class<?> sealed : SEALED) {
            builder.addMixIn(sealed, Kind.class).registerSubtypes(sealed.getPermittedSubclasses());
        }
        return builder.build();
    }

    /** The domain knows nothing of JSON, hence a mix-in. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "kind")
    private interface Kind {}
}
