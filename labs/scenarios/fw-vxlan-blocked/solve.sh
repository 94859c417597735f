# The tunnel's port on this cluster is what `ip -d link show flannel.1` says; the list of nodes was right.
n=1
iptables -S NODE-UDP | sed -n '/^-A/s/^-A NODE-UDP //p' | while read -r rule; do
  case $rule in
    *4789*) eval "iptables -R NODE-UDP $n ${rule/4789/8472}" ;;
  esac
  n=$((n + 1))
done
