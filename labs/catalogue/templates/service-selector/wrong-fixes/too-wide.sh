kubectl patch service web --type=json -p '[{"op":"replace","path":"/spec/selector","value":{"part-of":"shop"}}]'
