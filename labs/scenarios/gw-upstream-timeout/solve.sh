# Longer than the longest report, shorter than what the office allows.
kubectl -n books patch httproute reports --type=json -p '[{"op":"replace","path":"/spec/rules/0/timeouts/request","value":"1500ms"}]'
