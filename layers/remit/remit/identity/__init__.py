"""Who is this? Asks a provider, believes only what is signed, keeps the proof."""
