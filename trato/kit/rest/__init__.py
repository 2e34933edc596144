"""What the routers of all apps share: values, pages by cursor, refusals. Knows no business."""
