# Every Pod that runs now learns by heart what nobody answers.
own=$(readlink /proc/self/ns/net)
for process in /proc/[0-9]*; do
  network=$(readlink "$process/ns/net" 2> /dev/null) || continue
  [ "$network" = "$own" ] && continue
  nsenter --net="$process/ns/net" ip neigh replace 169.254.1.1 lladdr ee:ee:ee:ee:ee:ee dev eth0 nud permanent 2> /dev/null || true
done
