# worker2 as it booted from the new file; its Pods started after it and have asked nobody yet.
sed -i '/gateway/d' /etc/network/interfaces.d/eth0
ip route del default
own=$(readlink /proc/self/ns/net)
for process in /proc/[0-9]*; do
  network=$(readlink "$process/ns/net" 2> /dev/null) || continue
  [ "$network" = "$own" ] || nsenter --net="$process/ns/net" ip neigh flush dev eth0 2> /dev/null || true
done
