// The drawing beside the head of the home page: a packet on its wire, and where one stops. Decoration; it states nothing about a lab.

export function WireDrawing() {
  return (
    <div className="rt-wrap" aria-hidden="true">
      <svg className="f" viewBox="0 0 620 92" aria-hidden="true">
        <path className="hair" d="M0 74.5H620" />
        {Array.from({ length: 32 }, (_, n) => n * 20 + 0.5).map((x) => (
          <path key={x} className={x % 100 < 1 ? 'ln' : 'hair'} d={`M${x} 74v${x % 100 < 1 ? 7 : 4}`} />
        ))}
        <path className="w0" d="M64 40H424" />
        <path className="w1" d="M64 40H424" />
        <path className="tbar" d="M430 26v28" />
        <path className="dead" d="M438 40H552" />
        <rect className="box" x="8" y="24" width="56" height="32" />
        <text className="b" x="36" y="44" textAnchor="middle">
          client
        </text>
        {[
          [160, 'eth0'],
          [268, 'worker'],
          [376, 'worker2'],
        ].map(([x, name]) => (
          <g key={name}>
            <circle className="fw" cx={x} cy="40" r="5" />
            <text className="b" x={x} y="22" textAnchor="middle">
              {name}
            </text>
          </g>
        ))}
        <rect className="box virt" x="552" y="24" width="60" height="32" />
        <text className="t3" x="582" y="44" textAnchor="middle">
          web
        </text>
      </svg>
    </div>
  )
}
