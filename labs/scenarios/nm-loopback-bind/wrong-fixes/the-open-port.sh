# Send the Service to the port that is declared.
kubectl patch service orders --type=json -p '[{"op":"replace","path":"/spec/ports/0/targetPort","value":9100}]'
