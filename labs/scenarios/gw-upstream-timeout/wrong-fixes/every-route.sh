for route in reports orders; do
  kubectl -n books patch httproute $route --type=json -p '[{"op":"replace","path":"/spec/rules/0/timeouts/request","value":"1500ms"}]'
done
