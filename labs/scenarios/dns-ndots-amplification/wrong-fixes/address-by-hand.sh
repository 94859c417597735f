kubectl set env deployment quotes RATES_HOST={ip:host/partner}
kubectl rollout status deployment quotes --timeout=20s
