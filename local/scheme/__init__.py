"""A scheme of instant payments, as the other banks are behind it: an HTTP service that we send to.

It answers by the last two digits of an amount:

    01 rejected, AC04 · 02 rejected, AM05 · 03 never, but an enquiry finds it · 04 late
    05 accepted, then given back · 06 accepted, a recall is refused · 07 accepted, a recall is never
    answered · any other: accepted, a recall gives the money back

`core` decides and is pure; `book` remembers; `server` listens, signs and sends.
"""
