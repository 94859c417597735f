kubectl patch deployment quotes -p '{"spec":{"template":{"spec":{"hostAliases":[{"ip":"{ip:host/partner}","hostnames":["rates.partner.example"]}]}}}}'
kubectl rollout status deployment quotes --timeout=20s
