# The median of the rounds' values, side by side: lines "name, count, value" of the files davit and containerd.
function median(file, step,    n, i, j, t, v) {
    n = count[file, step]
    for (i = 1; i <= n; i++) v[i] = value[file, step, i]
    for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++) if (v[j] < v[i]) { t = v[i]; v[i] = v[j]; v[j] = t }
    return v[int((n + 1) / 2)]
}
FNR == 1 { file = FILENAME; sub(/.*\//, "", file) }
{ if (!($1 in seen)) { seen[$1] = ++steps; name[steps] = $1 } value[file, $1, ++count[file, $1]] = $3 }
END {
    printf "%-18s %12s %12s %8s\n", "median, ms", "davit", "containerd", "ratio"
    for (i = 1; i <= steps; i++) {
        a = median("davit", name[i]); b = median("containerd", name[i])
        printf "%-18s %12.1f %12.1f %8.2f\n", name[i], a, b, (b > 0 ? a / b : 0)
    }
}
