package io.davit.backend.oci.bundle;

import io.davit.backend.oci.syscall.ConfinedDirectory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The accounts of an image: its /etc/passwd and /etc/group (passwd(5), group(5)). Lines that cannot be read are passed
 * over, as the C library does.
 */
record AccountFiles(List<Account> accounts, List<Group> groups) {
    private static final int FILE_BYTES_MAX = 4 * 1024 * 1024;

    AccountFiles {
        accounts = List.copyOf(accounts);
        groups = List.copyOf(groups);
    }

    record Account(String name, long uid, long gid) {}

    record Group(String name, long gid, List<String> members) {
        Group {
            members = List.copyOf(members);
        }
    }

    /** Reads them below {@code rootfs}, never outside of it; a missing file has no lines. */
    static AccountFiles in(Path rootfs) {
        try (ConfinedDirectory root = ConfinedDirectory.open(rootfs)) {
            return parse(text(root, "etc/passwd"), text(root, "etc/group"));
        }
    }

    private static String text(ConfinedDirectory root, String name) {
        return root.read(name, FILE_BYTES_MAX)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse("");
    }

    static AccountFiles parse(String passwd, String group) {
        List<Account> accounts = new ArrayList<>();
        for (String line : passwd.lines().toList()) {
            String[] fields = line.split(":", -1);
            if (fields.length < 4) continue;
            Optional<Long> uid = number(fields[2]);
            Optional<Long> gid = number(fields[3]);
            if (uid.isPresent() && gid.isPresent()) accounts.add(new Account(fields[0], uid.get(), gid.get()));
        }
        List<Group> groups = new ArrayList<>();
        for (String line : group.lines().toList()) {
            String[] fields = line.split(":", -1);
            if (fields.length < 4) continue;
            List<String> members = List.of(fields[3].strip().split(","));
            number(fields[2]).ifPresent(gid -> groups.add(new Group(fields[0], gid, members)));
        }
        return new AccountFiles(accounts, groups);
    }

    Optional<Account> named(String name) {
        return accounts.stream().filter(account -> account.name().equals(name)).findFirst();
    }

    Optional<Account> withUid(long uid) {
        return accounts.stream().filter(account -> account.uid() == uid).findFirst();
    }

    Optional<Group> groupNamed(String name) {
        return groups.stream().filter(group -> group.name().equals(name)).findFirst();
    }

    /** Groups that list this user as a member. */
    List<Long> memberships(String user) {
        return groups.stream()
                .filter(group -> group.members().contains(user))
                .map(Group::gid)
                .toList();
    }

    /** A uid or gid as text: decimal, below 2^32 - 1, which means "none" to the kernel. */
    static Optional<Long> number(String text) {
        if (text.isEmpty() || text.length() > 10 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        return Optional.of(Long.valueOf(text)).filter(value -> value < 0xffff_ffffL);
    }
}
