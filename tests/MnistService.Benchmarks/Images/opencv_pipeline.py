"""The peer of the image benchmark: finds a handwritten digit with OpenCV and frames it as in MNIST, in one thread.

Arguments: "--gray" to let the decoder convert to gray, which is faster for JPEG but ignores transparency; then the image files.
Commands on standard input, each with one line as its answer on standard output:
  read INDEX        the 784 pixels of the result in hexadecimal
  time INDEX COUNT  "PROCESSOR WALL WALL ...": processor time per reading, and the wall-clock time of each reading, in microseconds
"""
import sys
import time

import cv2
import numpy as np

PAGE_SIDE = 800  # longer side of the image in which the digit is found
DIGIT_SIDE = 120  # longer side of the digit when the width of its strokes is measured
PAPER_SIDE = 160  # longer side of the image in which the brightness of the paper is measured


GRAY = "--gray" in sys.argv[1:2]


def gray_of(file):
    image = cv2.imdecode(file, cv2.IMREAD_GRAYSCALE if GRAY else cv2.IMREAD_UNCHANGED)
    if image.ndim == 2:
        return image
    if image.shape[2] == 3:
        return cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    gray = cv2.cvtColor(image, cv2.COLOR_BGRA2GRAY)
    alpha = cv2.extractChannel(image, 3)
    if cv2.minMaxLoc(alpha)[0] == 255:
        return gray
    return 255 - cv2.multiply(255 - gray, alpha, scale=1 / 255)  # over white paper


def shrink(image, side):
    scale = side / max(image.shape)
    return cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else image


def read(file):
    page = shrink(gray_of(file), PAGE_SIDE)
    # The brightness of the paper is the median of a large neighborhood, in which strokes are a minority.
    paper = shrink(page, PAPER_SIDE)
    paper = cv2.medianBlur(paper, max(paper.shape) // 4 | 1)
    paper = cv2.resize(paper, page.shape[::-1], interpolation=cv2.INTER_LINEAR)
    dark, light = cv2.subtract(paper, page), cv2.subtract(page, paper)
    ink = dark if cv2.norm(dark) >= cv2.norm(light) else light
    ink = cv2.GaussianBlur(ink, (3, 3), 0)
    threshold, mask = cv2.threshold(ink, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
    if count == 1:
        return np.empty(0, np.uint8)  # no ink
    areas = stats[1:, cv2.CC_STAT_AREA]
    main = 1 + int(np.argmax(areas))
    # The digit: the largest component, and the ones near it that are not specks, for example the bar of a 5.
    left, top, width, height = (int(v) for v in stats[main, :4])
    margin = int(0.3 * max(width, height))
    near = [main]
    for part in np.flatnonzero(areas >= 0.02 * areas[main - 1]) + 1:
        x, y, w, h = (int(v) for v in stats[part, :4])
        if part != main and x < left + width + margin and left - margin < x + w and y < top + height + margin and top - margin < y + h:
            near.append(int(part))
    x0, y0 = stats[near, 0].min(), stats[near, 1].min()
    x1, y1 = (stats[near, 0] + stats[near, 2]).max(), (stats[near, 1] + stats[near, 3]).max()
    part = labels[y0:y1, x0:x1]
    digit = np.where(part == main if len(near) == 1 else np.isin(part, near), ink[y0:y1, x0:x1], 0).astype(np.uint8)
    digit = cv2.convertScaleAbs(digit, alpha=255 / max(1.0, 2 * threshold))  # strokes become white
    digit = shrink(digit, DIGIT_SIDE)
    # Thicken thin strokes, which would vanish at 20 pixels.
    stroke = 4 * cv2.mean(cv2.distanceTransform((digit > 127).astype(np.uint8), cv2.DIST_L2, 3), digit)[0]
    missing = int(max(digit.shape) / 10 - stroke)
    if missing > 0:
        size = missing | 1
        digit = cv2.copyMakeBorder(digit, size, size, size, size, cv2.BORDER_CONSTANT)
        digit = cv2.dilate(digit, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
        digit = digit[size // 2 + 1:-(size // 2) - 1, size // 2 + 1:-(size // 2) - 1]
    height, width = digit.shape
    scale = 20 / max(height, width)
    digit = cv2.resize(digit, (max(1, round(width * scale)), max(1, round(height * scale))), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    return centered(digit)


def centered(digit):
    """Places the digit in a frame of 28x28 pixels, with its center of mass in the middle."""
    moments = cv2.moments(digit)
    height, width = digit.shape
    left = min(max(round(14 - moments["m10"] / moments["m00"]), 0), 28 - width)
    top = min(max(round(14 - moments["m01"] / moments["m00"]), 0), 28 - height)
    frame = np.zeros((28, 28), np.uint8)
    frame[top:top + height, left:left + width] = digit
    return cv2.normalize(frame, None, 0, 255, cv2.NORM_MINMAX)


def main():
    cv2.setNumThreads(1)
    files = [np.fromfile(name, np.uint8) for name in sys.argv[2 if GRAY else 1:]]
    print("OpenCV", cv2.__version__, flush=True)
    for line in sys.stdin:
        command, index, *count = line.split()
        file = files[int(index)]
        if command == "read":
            print(read(file).tobytes().hex(), flush=True)
            continue
        times, before = [], time.process_time_ns()
        for _ in range(int(count[0])):
            started = time.perf_counter_ns()
            read(file)
            times.append((time.perf_counter_ns() - started) / 1000)
        print((time.process_time_ns() - before) / 1000 / len(times), *times, flush=True)


if __name__ == "__main__":
    main()
