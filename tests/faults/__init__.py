"""The product under kills, cut connections, full disks and wrong clocks."""
