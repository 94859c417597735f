// What the commands of the tree print, as kubectl, curl, ss, ip and dig write it, and the answer that is read from it; undefined where it decides nothing.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { localiseDiagnosis, readDiagnosisFile } from '../../labs/catalogue/diagnosis.ts'
import { readAnswer } from './walk-tree.ts'

const tree = localiseDiagnosis(await readDiagnosisFile(join(import.meta.dirname, '../../content')), 'en', [])
const pods = (...rows: string[]) =>
  ['NAME                    READY   STATUS    RESTARTS     AGE   IP           NODE      NOMINATED NODE   READINESS GATES', ...rows].join(
    '\n',
  )
const cart = 'cart-855bfc7b58-9nnnq   1/1     Running   0            26s   10.244.2.2   worker2   <none>           <none>'
const ledger = 'ledger-74f4664d99-2wvr6 2/2     Running   1 (1s ago)   26s   10.244.2.3   worker2   <none>           <none>'

const recorded: [question: string, output: string, leadsTo: string | undefined][] = [
  ['gate', pods(cart, ledger), 'symptom'],
  ['gate', pods(cart, cart.replace('1/1', '0/1')), 'readiness'],
  ['gate', pods(cart, ledger.replace('2/2', '1/2')), 'readiness'],
  ['gate', pods(cart, 'shop-1   0/1     ContainerCreating   0   26s   <none>   worker2   <none>   <none>'), 'cni_config'],
  ['gate', pods(cart, 'shop-1   0/1     CrashLoopBackOff   3   26s   10.244.2.9   worker2   <none>   <none>'), undefined],
  [
    'gate',
    pods(cart.replace('1/1', '0/1'), 'shop-1   0/1     ContainerCreating   0   26s   <none>   worker2   <none>   <none>'),
    undefined,
  ],
  ['gate', 'No resources found in default namespace.', undefined],
  [
    'symptom',
    '*   Trying 10.96.36.83:80...\n* connect to 10.96.36.83 port 80 failed: Connection refused\n* Closing connection 0\nrc=7',
    'refused',
  ],
  ['symptom', '*   Trying 10.96.36.83:80...\n* Connection timed out after 5001 milliseconds\n* Closing connection 0\nrc=28', 'direction'],
  ['symptom', '*   Trying 172.18.0.9:80...\n* connect to 172.18.0.9 port 80 failed: No route to host\nrc=7', 'direction'],
  ['symptom', '* Could not resolve host: crat\n* Closing connection 0\nrc=6', 'name'],
  ['symptom', '* Resolving timed out after 5001 milliseconds\n* Closing connection 0\nrc=28', 'name'],
  ['symptom', '< HTTP/1.1 503 Service Unavailable\n< Content-Length: 19\nno healthy upstream\nrc=0', 'http'],
  ['symptom', '< HTTP/1.1 200 OK\n< Content-Length: 21\ncart-855bfc7b58-ww2bc\nrc=0', undefined],
  [
    'refused',
    'NAME         ADDRESSTYPE   PORTS   ENDPOINTS               AGE\ncart-sd8mq   IPv4          8080    10.244.1.3,10.244.2.2   11s',
    undefined,
  ],
  ['refused', 'NAME        ADDRESSTYPE   PORTS     ENDPOINTS   AGE\nweb-x7k2p   IPv4          <unset>   <unset>     11s', 'no_endpoint'],
  [
    'no_endpoint',
    'NAME   TYPE        CLUSTER-IP    EXTERNAL-IP   PORT(S)   AGE   SELECTOR\ncart   ClusterIP   10.96.36.83   <none>        80/TCP    11s   app=cart',
    undefined,
  ],
  [
    'no_endpoint',
    'NAME   TYPE        CLUSTER-IP    EXTERNAL-IP   PORT(S)   AGE   SELECTOR\ncart   ClusterIP   10.96.36.83   <none>        80/TCP    11s   <none>',
    'manual_slice',
  ],
  [
    'listener',
    'State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\nLISTEN 0      1024       127.0.0.1:8080 0.0.0.0:*',
    'bind',
  ],
  [
    'listener',
    'State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\nLISTEN 0      1024               *:8080            *:*',
    undefined,
  ],
  ['peel', 'pod=0\nservice=28', 'vip'],
  ['peel', 'pod=0\nservice=0', undefined],
  ['peel', 'pod=28\nservice=28', 'span'],
  ['span', 'near=0\nfar=28', 'cross'],
  ['span', 'near=28\nfar=28', 'policy_check'],
  ['span', 'near=0\nfar=0', undefined],
  ['policy_check', 'No resources found', 'local_path'],
  ['policy_check', 'NAMESPACE   NAME            POD-SELECTOR   AGE\nbank        ledger-access   app=ledger     12s', undefined],
  ['not_forwarded', 'net.ipv4.ip_forward = 0\nChain FORWARD (policy ACCEPT 0 packets, 0 bytes)', 'forward_off'],
  ['not_forwarded', 'net.ipv4.ip_forward = 1\nChain FORWARD (policy DROP 12 packets, 720 bytes)', undefined],
  ['out', 'node=0', 'out_pod'],
  ['out', 'node=124', undefined],
  ['out_pod', '203.0.113.10 from 10.244.1.2 via 172.18.0.1 dev eth0 table 100 \n    cache iif vethdedb1ecf', 'policy_route'],
  ['out_pod', '203.0.113.10 from 10.244.1.2 via 172.18.0.90 dev eth0 \n    cache iif vethdedb1ecf', undefined],
  ['in', '172.18.0.3 open\n172.18.0.4 closed', 'etp_local'],
  ['in', '172.18.0.3 closed\n172.18.0.4 closed', 'in_hook'],
  ['in', '172.18.0.3 open\n172.18.0.4 open', undefined],
  ['name', ';; communications error to 10.96.0.10#53: timed out\n;; no servers could be reached', 'dns_path'],
  ['name', ';; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 53049', undefined],
]

describe('readAnswer', () => {
  it.each(recorded)('%s: %j leads to %s', (key, output, leadsTo) => {
    const question = tree.questions[key]
    if (!question) throw new Error(`there is no question ${key}`)
    const read = readAnswer(question, output)
    expect(read === undefined ? undefined : question.answers[read]?.to).toBe(leadsTo)
  })
  it('tries every rule that the tree has', () => {
    const tried = new Set(recorded.map(([key, , leadsTo]) => `${key} ${leadsTo}`))
    const rules = Object.entries(tree.questions).flatMap(([key, { answers }]) =>
      answers.filter((a) => a.reads).map((a) => `${key} ${a.to}`),
    )
    expect(rules.filter((rule) => !tried.has(rule))).toEqual([])
  })
})
