"""Places: the folders a site's partners drop files into and pick them up from."""

from gateway.gateway import Gateway


def make_folders(gateway: Gateway) -> None:
    """Make the folders of all channels that are missing; open to their owner and group only."""
    for partner in gateway.partners.list_partners():
        channels = partner.channels
        named = [one.folder for one in channels.arriving] + [one.folder for one in channels.leaving]
        for folder in named:
            (gateway.site.home / folder).mkdir(mode=0o770, parents=True, exist_ok=True)
