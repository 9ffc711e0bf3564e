"""Who is this? Asks a provider of identity checks, believes only what is signed, keeps the proof."""
