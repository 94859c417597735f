import { expect, test } from 'vitest'
import { dnatTarget, readRules, ruleKey } from './rules.ts'

const iptables = `*nat
:PREROUTING ACCEPT [0:0]
:KUBE-SEP-A - [0:0]
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A KUBE-SEP-A -s 10.244.1.7/32 -j KUBE-MARK-MASQ
-A KUBE-SEP-A -p tcp -m tcp -j DNAT --to-destination 10.244.1.7:8080
COMMIT
`
const nft = `table ip nat { # handle 2
	chain PREROUTING { # handle 1
		type nat hook prerouting priority dstnat; policy accept;
		 counter packets 7 bytes 484 jump KUBE-SERVICES # handle 13
	}

	chain KUBE-SEP-A { # handle 18
		ip saddr 10.244.1.7  counter packets 0 bytes 0 jump KUBE-MARK-MASQ # handle 26
		meta l4proto tcp   counter packets 0 bytes 0 dnat to 10.244.1.7:8080 # handle 27
	}
}
table inet guard { # handle 9
	chain fw { # handle 1
		type filter hook forward priority filter; policy accept;
		tcp dport 8080 drop # handle 2
	}
}
`

test('a handle leads to the line of iptables-save, with its number in the chain', () => {
  const book = readRules({ iptables, nft })
  expect(book.get(ruleKey('ip', 'nat', 27))).toEqual({
    text: '-A KUBE-SEP-A -p tcp -m tcp -j DNAT --to-destination 10.244.1.7:8080',
    number: 2,
    of: 2,
  })
  expect(book.get(ruleKey('ip', 'nat', 13))?.text).toMatch(/^-A PREROUTING .* -j KUBE-SERVICES$/)
})

test('a rule that iptables did not write keeps the words of nft', () => {
  expect(readRules({ iptables, nft }).get(ruleKey('inet', 'guard', 2))).toEqual({ text: 'tcp dport 8080 drop', number: 1, of: 1 })
})

test('chains of different length are not joined: the rules changed between the listings', () => {
  const shorter = iptables.replace('-A KUBE-SEP-A -s 10.244.1.7/32 -j KUBE-MARK-MASQ\n', '')
  expect(readRules({ iptables: shorter, nft }).get(ruleKey('ip', 'nat', 26))?.text).toContain('jump KUBE-MARK-MASQ')
})

test('where a DNAT rule sends, in both tools’ words', () => {
  expect(dnatTarget('-j DNAT --to-destination 10.244.1.7:8080')).toBe('10.244.1.7:8080')
  expect(dnatTarget('meta l4proto tcp dnat to 10.244.1.7:8080')).toBe('10.244.1.7:8080')
  expect(dnatTarget('-j MASQUERADE --random-fully')).toBeUndefined()
})
