# One number everywhere, so that nobody can mix them up; the callers are told next week.
kubectl -n bank patch service ledger --type=json -p '[{"op":"replace","path":"/spec/ports/0/port","value":8080}]'
kubectl -n bank patch networkpolicy ledger-access --type=json -p '[{"op":"replace","path":"/spec/ingress/0/ports/0/port","value":8080}]'
