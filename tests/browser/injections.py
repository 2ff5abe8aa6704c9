"""Two hundred texts that would like to be more: each sets `ran` where a page takes it for markup, script or address."""

from __future__ import annotations

from itertools import product

_RUN = "globalThis.ran=1"
_ELEMENTS = (
    "<script>{run}</script>",
    "<img src=x onerror={run}>",
    "<svg onload={run}>",
    "<svg><script>{run}</script></svg>",
    "<svg><animate onbegin={run} attributeName=x dur=1s>",
    "<body onload={run}>",
    "<iframe srcdoc='<script>parent.{run}</script>'></iframe>",
    "<iframe src=javascript:parent.{run}></iframe>",
    "<a href=javascript:{run}>open</a>",
    "<form action=javascript:{run}><button autofocus>go</button></form>",
    "<input autofocus onfocus={run}>",
    "<details open ontoggle={run}>",
    "<video><source onerror={run}></video>",
    "<audio src=x onerror={run}>",
    "<math><mtext><script>{run}</script></mtext></math>",
    "<object data=javascript:{run}></object>",
    "<embed src=javascript:{run}>",
    "<style>@import 'javascript:{run}';</style>",
    "<link rel=stylesheet href=javascript:{run}>",
    "<meta http-equiv=refresh content='0;url=javascript:{run}'>",
    "<marquee onstart={run}>x</marquee>",
    "<template><script>{run}</script></template>",
    "<base href=javascript:{run}//>",
    "<noscript><p title='</noscript><img src=x onerror={run}>'>",
    "<div style=animation-name:x onanimationstart={run}>x</div>",
)
_AROUND = (
    "{it}",
    '">{it}',
    "'>{it}",
    "</textarea>{it}",
    "</title></style></script>{it}",
    "--></select>{it}",
    "${{{run}}}{it}",
    "{{{{{run}}}}}{it}",
)

INJECTIONS = tuple(around.format(it=it.format(run=_RUN), run=_RUN) for it, around in product(_ELEMENTS, _AROUND))
"""Of 140 characters at most."""
HOSTILE = (
    # Five ways to break out of a place, each with another element.
    *INJECTIONS[::41],
    "\u202e<b>gnp.exe</b>\u202c",
    "Z\u0337\u0321\u031ba\u0334l\u0338g\u0337o\u0336",
    "&lt;img src=x onerror=ran=1&gt;",
    "?lit$123$<!--?lit$--><i lit$=ran>",
)
TURNED = str.maketrans("", "", "\u202a\u202b\u202c\u202d\u202e")
"""No name and no subject may hold these."""
