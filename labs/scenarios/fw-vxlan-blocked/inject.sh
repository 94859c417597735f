n=1
iptables -S NODE-UDP | sed -n '/^-A/s/^-A NODE-UDP //p' | while read -r rule; do
  case $rule in
    *8472*) eval "iptables -R NODE-UDP $n ${rule/8472/4789}" ;;
  esac
  n=$((n + 1))
done
